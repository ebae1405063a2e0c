-- A room's hall plan: what stands where at a fair. Fairs copy it.
CREATE TABLE hall_plan (
    venue_id    uuid PRIMARY KEY REFERENCES room,
    rows        text[] NOT NULL, -- one character a cell: B booth, P booth with power, . aisle, # blocked, D door
    names       text[] NOT NULL, -- of the booths, in the order of reading
    cell_cm     integer NOT NULL CONSTRAINT hall_plan_cell_size CHECK (cell_cm BETWEEN 50 AND 600),
    naming      text NOT NULL CONSTRAINT hall_plan_naming_known CHECK (naming IN ('rows', 'blocks', 'serpentine')),
    updated_by  uuid REFERENCES account,
    updated_at  timestamptz NOT NULL,
    row_version integer NOT NULL DEFAULT 1,
    CONSTRAINT hall_plan_rows CHECK (cardinality(rows) BETWEEN 1 AND 100 AND array_to_string(rows, '') ~ '^[BP.#D]+$'),
    CONSTRAINT hall_plan_names CHECK (
        cardinality(names) BETWEEN 1 AND 1000
        AND cardinality(names) = length(regexp_replace(array_to_string(rows, ''), '[^BP]', '', 'g'))
    )
);
