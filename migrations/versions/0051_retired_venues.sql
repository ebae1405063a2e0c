-- A retired venue has one closure without end; whoever removes it uses the venue again.
CREATE UNIQUE INDEX closure_retires_once ON closure (resource_id) WHERE source = 'retired';
INSERT INTO code_entry (code_table, code, name_zh, name_en, ordinal) VALUES ('closure', 'retired', '停止使用', 'Out of use', 10)
ON CONFLICT (code_table, code) DO NOTHING;
