-- Series (系列活动): one request a day, decided together and placed separately. Whose it is, its requests say.
CREATE TABLE series (
    id          uuid PRIMARY KEY DEFAULT uuidv7(),
    season_id   uuid NOT NULL REFERENCES season,
    row_version integer NOT NULL DEFAULT 1, -- of its own rows; whoever decides looks at this and at those of its requests
    end_told    date, -- the last day of which its owner was told that the series ends
    created_at  timestamptz NOT NULL
);
CREATE INDEX series_by_season ON series (season_id);
-- Days that were asked for and dropped out, each with its reason; `bound` is the day that the reason names.
CREATE TABLE series_drop (
    series_id   uuid NOT NULL REFERENCES series ON DELETE CASCADE,
    day         date NOT NULL,
    reason      text NOT NULL CONSTRAINT series_drop_reason_known CHECK (reason IN
        ('past', 'near', 'far', 'outside_season', 'day_off', 'asked', 'limit', 'people', 'no_room', 'not_open', 'closed', 'booked',
         'channel')),
    bound       date,
    PRIMARY KEY (series_id, day)
);
ALTER TABLE request ADD series_id uuid REFERENCES series, ADD series_day date,
    ADD CONSTRAINT request_of_series_has_day CHECK ((series_id IS NULL) = (series_day IS NULL));
CREATE INDEX request_of_series ON request (series_id, series_day) WHERE series_id IS NOT NULL;

CREATE OR REPLACE VIEW request_line AS
SELECT request.id, request.season_id, request.reference, request.owner_kind, request.employer_id, request.department_id,
    owner.name_zh AS owner_name_zh, owner.name_en AS owner_name_en, owner.small_or_medium,
    request.title, request.contact_id, request.contact_name, request.contact_email, request.contact_phone,
    request.contact_locale, request.notice_text, request.remark, request.weight, request.weight_reason,
    setter.display_name AS weight_set_by_name, request.state, request.state_reason, request.state_note,
    request.submitted_at, request.row_version, request.created_at, request.filed_at,
    coalesce(asked.room_ids, '{}') AS asked_room_ids, asked.host_id, request.series_id, request.series_day
FROM request
JOIN request_owner AS owner ON owner.request_id = request.id
LEFT JOIN account AS setter ON setter.id = request.weight_set_by
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT room.id) AS room_ids,
        -- Rooms may have gone to another department since they were asked for.
        CASE WHEN bool_and(room.department_id IS NOT NULL) AND count(DISTINCT room.department_id) = 1
            THEN min(room.department_id::text)::uuid END AS host_id
    FROM activity LEFT JOIN LATERAL unnest(activity.asked_room_ids) AS named (room_id) ON true LEFT JOIN room ON room.id = named.room_id
    WHERE activity.request_id = request.id AND activity.status = 'active' AND EXISTS (SELECT FROM activity AS naming
        WHERE naming.request_id = request.id AND cardinality(naming.asked_room_ids) > 0)
    HAVING bool_and(room.id IS NOT NULL AND NOT activity.needs_channel)
) AS asked ON true;
