CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE school (
    id        smallint PRIMARY KEY DEFAULT 1 CONSTRAINT school_is_one CHECK (id = 1),
    name_zh   text NOT NULL CONSTRAINT school_name_zh_not_empty CHECK (name_zh <> ''),
    name_en   text NOT NULL CONSTRAINT school_name_en_not_empty CHECK (name_en <> '')
);

-- Anything that can be in one place at one time only: a room, a livestream channel, a team of people.
CREATE TABLE resource (
    id     uuid PRIMARY KEY DEFAULT uuidv7(),
    kind   text NOT NULL CONSTRAINT resource_kind_known CHECK (kind IN ('room', 'channel', 'team')),
    label  text NOT NULL
);

CREATE TABLE campus (
    id        uuid PRIMARY KEY DEFAULT uuidv7(),
    code      text NOT NULL CONSTRAINT campus_code_unique UNIQUE CONSTRAINT campus_code_not_empty CHECK (code <> ''),
    name_zh   text NOT NULL,
    name_en   text NOT NULL,
    ordinal   integer NOT NULL DEFAULT 0,
    row_version integer NOT NULL DEFAULT 1
);

CREATE TABLE campus_travel (
    from_campus_id  uuid NOT NULL REFERENCES campus ON DELETE CASCADE,
    to_campus_id    uuid NOT NULL REFERENCES campus ON DELETE CASCADE,
    minutes         integer NOT NULL CONSTRAINT campus_travel_minutes_range CHECK (minutes BETWEEN 0 AND 600),
    PRIMARY KEY (from_campus_id, to_campus_id)
);

CREATE TABLE department (
    id        uuid PRIMARY KEY DEFAULT uuidv7(),
    team_id   uuid NOT NULL UNIQUE REFERENCES resource,
    code      text NOT NULL CONSTRAINT department_code_unique UNIQUE CONSTRAINT department_code_not_empty CHECK (code <> ''),
    name_zh   text NOT NULL,
    name_en   text NOT NULL,
    row_version integer NOT NULL DEFAULT 1
);

-- The national catalogue is issued anew every year: rows are dated and editable.
CREATE TABLE major (
    code            text NOT NULL CONSTRAINT major_code_six_digits CHECK (code ~ '^[0-9]{6}[A-Z]{0,2}$'),
    catalogue_year  integer NOT NULL,
    name_zh         text NOT NULL,
    name_en         text NOT NULL DEFAULT '',
    department_id   uuid REFERENCES department,
    cohort_size     integer NOT NULL DEFAULT 0 CONSTRAINT major_cohort_not_negative CHECK (cohort_size >= 0),
    row_version     integer NOT NULL DEFAULT 1,
    PRIMARY KEY (code, catalogue_year)
);

-- Editable code tables: 单位性质 (property), 行业 GB/T 4754 (industry), reasons of refusals, closures.
CREATE TABLE code_entry (
    code_table  text NOT NULL,
    code        text NOT NULL,
    name_zh     text NOT NULL,
    name_en     text NOT NULL,
    ordinal     integer NOT NULL DEFAULT 0,
    PRIMARY KEY (code_table, code)
);

INSERT INTO code_entry (code_table, code, name_zh, name_en, ordinal) VALUES
    ('property', 'state_owned', '国有企业', 'State-owned enterprise', 1),
    ('property', 'private', '民营企业', 'Private company', 2),
    ('property', 'foreign', '外商投资企业', 'Foreign-invested company', 3),
    ('property', 'institution', '事业单位', 'Public institution', 4),
    ('property', 'government', '机关', 'Government body', 5),
    ('property', 'other', '其他', 'Other', 9),
    ('size', 'micro', '微型企业', 'Micro enterprise', 1),
    ('size', 'small', '小型企业', 'Small enterprise', 2),
    ('size', 'medium', '中型企业', 'Medium enterprise', 3),
    ('size', 'large', '大型企业', 'Large enterprise', 4),
    ('industry', 'A', '农、林、牧、渔业', 'Agriculture, forestry, fishing', 1),
    ('industry', 'B', '采矿业', 'Mining', 2),
    ('industry', 'C', '制造业', 'Manufacturing', 3),
    ('industry', 'D', '电力、热力、燃气及水生产和供应业', 'Electricity, heat, gas and water supply', 4),
    ('industry', 'E', '建筑业', 'Construction', 5),
    ('industry', 'F', '批发和零售业', 'Wholesale and retail trade', 6),
    ('industry', 'G', '交通运输、仓储和邮政业', 'Transport, storage and post', 7),
    ('industry', 'H', '住宿和餐饮业', 'Accommodation and catering', 8),
    ('industry', 'I', '信息传输、软件和信息技术服务业', 'Information, software and IT services', 9),
    ('industry', 'J', '金融业', 'Finance', 10),
    ('industry', 'K', '房地产业', 'Real estate', 11),
    ('industry', 'L', '租赁和商务服务业', 'Leasing and business services', 12),
    ('industry', 'M', '科学研究和技术服务业', 'Research and technical services', 13),
    ('industry', 'N', '水利、环境和公共设施管理业', 'Water, environment and public facilities', 14),
    ('industry', 'O', '居民服务、修理和其他服务业', 'Household services and repair', 15),
    ('industry', 'P', '教育', 'Education', 16),
    ('industry', 'Q', '卫生和社会工作', 'Health and social work', 17),
    ('industry', 'R', '文化、体育和娱乐业', 'Culture, sports and entertainment', 18),
    ('industry', 'S', '公共管理、社会保障和社会组织', 'Public administration and social organisations', 19),
    ('employer_refusal', 'licence_missing', '缺少营业执照', 'The licence is missing', 1),
    ('employer_refusal', 'name_differs', '单位名称与营业执照不一致', 'The name differs from the licence', 2),
    ('employer_refusal', 'code_differs', '统一社会信用代码与营业执照不一致', 'The credit code differs from the licence', 3),
    ('employer_refusal', 'licence_expired', '营业执照已过期', 'The licence has expired', 4),
    ('employer_refusal', 'wrong_type', '单位类型填写有误', 'The type of organisation is wrong', 5),
    ('employer_refusal', 'fraud_signs', '存在招聘欺诈迹象', 'There are signs of fraud', 6),
    ('employer_refusal', 'other', '其他原因', 'Another reason', 9),
    ('request_refusal', 'employer_not_verified', '用人单位未通过核验', 'The employer is not verified', 1),
    ('request_refusal', 'banned_wording', '招聘信息含有违规限制（三严禁）', 'The notice holds banned wording', 2),
    ('request_refusal', 'incomplete', '申请信息不完整', 'The request is incomplete', 3),
    ('request_refusal', 'over_limit', '超出预约次数限制', 'Over the limit of requests', 4),
    ('request_refusal', 'unsuitable', '活动内容不适合进校', 'The activity does not suit the campus', 5),
    ('request_refusal', 'other', '其他原因', 'Another reason', 9),
    ('closure', 'class', '上课', 'Classes', 1),
    ('closure', 'exam', '考试', 'Exam', 2),
    ('closure', 'maintenance', '检修', 'Maintenance', 3),
    ('closure', 'event', '学校活动', 'School event', 4),
    ('closure', 'other', '其他', 'Other', 9),
    ('feature', 'projector', '投影', 'Projector', 1),
    ('feature', 'stage', '舞台', 'Stage', 2),
    ('feature', 'audio', '扩声', 'Sound system', 3),
    ('feature', 'streaming', '直播设备', 'Streaming equipment', 4),
    ('feature', 'booths', '可摆展位', 'Room for booths', 5),
    ('feature', 'interview', '面试间', 'Interview room', 6),
    ('feature', 'test', '考试教室', 'Test room', 7),
    ('feature', 'computers', '机房', 'Computers', 8),
    ('feature', 'studio', '演播室', 'Studio', 9),
    ('feature', 'accessible', '无障碍', 'Step-free access', 10);
