-- One mail of a day with what was gathered for an address, which is written in small letters.
CREATE TABLE digest (
    id        uuid PRIMARY KEY DEFAULT uuidv7(),
    recipient text NOT NULL,
    locale    text NOT NULL,
    day       date NOT NULL,
    CONSTRAINT digest_once_a_day UNIQUE (recipient, day)
);

-- Messages for whoever chose to get them once a day; each is in one digest, or waits for the next one.
CREATE TABLE digest_line (
    event_id    bigint NOT NULL REFERENCES event,
    recipient   text NOT NULL,
    locale      text NOT NULL,
    purpose     text NOT NULL,
    digest_id   uuid REFERENCES digest,
    PRIMARY KEY (event_id, recipient)
);
CREATE INDEX digest_line_waiting ON digest_line (recipient) WHERE digest_id IS NULL;
CREATE INDEX digest_line_by_digest ON digest_line (digest_id) WHERE digest_id IS NOT NULL;

-- Days on which the career centre was told what waits in a season.
CREATE TABLE inbox_digest (
    season_id uuid NOT NULL REFERENCES season ON DELETE CASCADE,
    day       date NOT NULL,
    PRIMARY KEY (season_id, day)
);
