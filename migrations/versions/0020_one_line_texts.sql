-- Control characters (line breaks among them) and line separators become one blank.
CREATE FUNCTION pg_temp.one_line(value text) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN btrim(regexp_replace(value, '[\u0001-\u001f\u007f-\u009f\u2028\u2029\s]*[\u0001-\u001f\u007f-\u009f\u2028\u2029]+[\u0001-\u001f\u007f-\u009f\u2028\u2029\s]*', ' ', 'g'));

UPDATE school SET name_zh = pg_temp.one_line(name_zh), name_en = pg_temp.one_line(name_en)
WHERE (name_zh, name_en) IS DISTINCT FROM (pg_temp.one_line(name_zh), pg_temp.one_line(name_en));

UPDATE recruitment_post SET title = pg_temp.one_line(title), city = pg_temp.one_line(city), degree = pg_temp.one_line(degree)
WHERE (title, city, degree) IS DISTINCT FROM (pg_temp.one_line(title), pg_temp.one_line(city), pg_temp.one_line(degree));

UPDATE recruitment_post SET majors = ARRAY(SELECT DISTINCT code FROM unnest(majors) AS listed (code))
WHERE cardinality(majors) > (SELECT count(DISTINCT code) FROM unnest(majors) AS listed (code));
