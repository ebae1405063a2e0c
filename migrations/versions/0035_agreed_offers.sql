-- Which limits and wishes an offer breaks with the yes of who made it.
ALTER TABLE offer ADD COLUMN agreed_rules text[] NOT NULL DEFAULT '{}'
    CONSTRAINT offer_agreed_by_somebody CHECK (agreed_rules = '{}' OR made_by IS NOT NULL);
-- Of those that are open nobody knows any more what was asked: who made them said yes wherever it was.
UPDATE offer SET agreed_rules = '{day_off,forbidden_place,group_max_per_day,group_period_limit,group_min_gap_days,staff_limit}'
WHERE origin = 'counter' AND state = 'open' AND made_by IS NOT NULL;
