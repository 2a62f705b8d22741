-- 一门查前置库（postgresql），字段对照表 onedoor/exchange/1。由对方的数据库管理员在空的库里执行。
-- 先建两个账号（密码各自设置，不要写进本脚本）：onedoor_writer 给一门查写入，onedoor_reader 给本部门读取、标记。
-- 读取：按 exchange_batch 里 state = 'new' 的批次到各表取行，取完把 state 改成 'read'；
-- 不能接收的改成 'refused'，words 写明原因。

CREATE TABLE exchange_batch (
  PRIMARY KEY (package_key),
  UNIQUE (recipient, batch, number),
  package_key varchar(128) NOT NULL /* 包的唯一标识 */,
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  row_count bigint NOT NULL /* 各表行数合计 */,
  digest varchar(64) NOT NULL /* 内容的 SHA-256 */,
  map_version varchar(64) NOT NULL /* 字段对照表的版本 */,
  state varchar(16) NOT NULL DEFAULT 'new' /* 接收方填：new 未读、read 已读、refused 退回 */,
  words varchar(1000) NOT NULL DEFAULT '' /* 接收方填：退回的原因 */,
  written_at timestamptz NOT NULL DEFAULT now() /* 写入时间 */
);

CREATE TABLE exchange_annual_plan (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  plan_year bigint /* 计划年度 */,
  task_code varchar(64) /* 任务编号 */,
  task_name varchar(300) /* 任务名称 */,
  task_kind varchar(50) /* 抽查类型 */,
  department_name varchar(100) /* 发起部门 */,
  cooperating varchar(1000) /* 配合部门 */,
  items text /* 抽查事项 */,
  targets text /* 抽查对象 */,
  ratio varchar(200) /* 抽查比例 */,
  first_day date /* 开始日期 */,
  last_day date /* 结束日期 */
);

CREATE TABLE exchange_task (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  round_code varchar(64) /* 轮次编号 */,
  task_code varchar(64) /* 任务编号 */,
  task_name varchar(300) /* 任务名称 */,
  task_kind varchar(50) /* 抽查类型 */,
  department_name varchar(100) /* 发起部门 */,
  cooperating varchar(1000) /* 配合部门 */,
  first_day date /* 开始日期 */,
  last_day date /* 结束日期 */,
  target_count bigint /* 抽取户数 */
);

CREATE TABLE exchange_drawn_target (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  round_code varchar(64) /* 轮次编号 */,
  task_code varchar(64) /* 任务编号 */,
  draw_batch bigint /* 批次 */,
  drawn_on date /* 抽取日期 */,
  target_code varchar(64) /* 统一社会信用代码、注册号或对象编号 */,
  target_name varchar(300) /* 检查对象名称 */,
  target_kind varchar(100) /* 对象类型 */
);

CREATE TABLE exchange_visit (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  round_code varchar(64) /* 轮次编号 */,
  tour_code varchar(64) /* 巡查组次 */,
  target_code varchar(64) /* 统一社会信用代码、注册号或对象编号 */,
  target_name varchar(300) /* 检查对象名称 */,
  begins_at timestamptz /* 开始时间 */,
  ends_at timestamptz /* 结束时间 */,
  departments text /* 检查部门 */,
  items text /* 检查事项 */
);

CREATE TABLE exchange_result (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  round_code varchar(64) /* 轮次编号 */,
  task_code varchar(64) /* 任务编号 */,
  task_name varchar(300) /* 任务名称 */,
  task_kind varchar(50) /* 抽查类型 */,
  initiator_name varchar(100) /* 发起部门 */,
  draw_batch bigint /* 批次，特别检查没有 */,
  department_name varchar(100) /* 检查部门 */,
  target_code varchar(64) /* 统一社会信用代码、注册号或对象编号 */,
  target_name varchar(300) /* 检查对象名称 */,
  target_kind varchar(100) /* 对象类型 */,
  item_code varchar(64) /* 事项编码 */,
  item_name varchar(500) /* 事项名称 */,
  inspected_on date /* 检查日期 */,
  result_name varchar(50) /* 检查结果 */,
  problem text /* 发现的问题 */,
  dispositions varchar(200) /* 处理措施 */,
  case_number varchar(200) /* 案件文号 */,
  channel varchar(50) /* 公示渠道 */,
  published_on date /* 公示日期 */,
  withheld_reason varchar(1000) /* 不予公示理由 */,
  referred_to varchar(300) /* 移送或抄告的部门 */,
  is_correction boolean /* 是否更正 */
);

CREATE TABLE exchange_penalty (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  department_name varchar(100) /* 处罚机关 */,
  case_number varchar(200) /* 案件文号 */,
  target_code varchar(64) /* 统一社会信用代码、注册号或对象编号 */,
  target_name varchar(300) /* 检查对象名称 */,
  filed_on date /* 立案日期 */,
  fine_fen bigint /* 罚没金额（分） */,
  offence varchar(500) /* 违法行为类型 */,
  penalty_content text /* 处罚内容 */,
  decision_number varchar(200) /* 处罚决定书文号 */,
  decided_on date /* 处罚决定日期 */,
  published_on date /* 公示日期 */
);

CREATE TABLE exchange_list_entry (
  PRIMARY KEY (recipient, batch, row_no),
  recipient varchar(100) NOT NULL /* 接收单位 */,
  batch varchar(200) NOT NULL /* 批次 */,
  row_no bigint NOT NULL /* 批次内的行号 */,
  number bigint NOT NULL /* 批次的第几次投递，大的取代小的 */,
  list_name varchar(50) /* 名单 */,
  change_kind varchar(50) /* 列入或移出 */,
  target_code varchar(64) /* 统一社会信用代码、注册号或对象编号 */,
  target_name varchar(300) /* 检查对象名称 */,
  reason varchar(1000) /* 事由 */,
  decided_on date /* 决定日期 */,
  department_name varchar(100) /* 决定机关 */
);

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_annual_plan TO onedoor_writer;

GRANT SELECT ON exchange_annual_plan TO onedoor_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_task TO onedoor_writer;

GRANT SELECT ON exchange_task TO onedoor_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_drawn_target TO onedoor_writer;

GRANT SELECT ON exchange_drawn_target TO onedoor_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_visit TO onedoor_writer;

GRANT SELECT ON exchange_visit TO onedoor_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_result TO onedoor_writer;

GRANT SELECT ON exchange_result TO onedoor_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_penalty TO onedoor_writer;

GRANT SELECT ON exchange_penalty TO onedoor_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_list_entry TO onedoor_writer;

GRANT SELECT ON exchange_list_entry TO onedoor_reader;

GRANT SELECT, INSERT ON exchange_batch TO onedoor_writer;

GRANT SELECT, UPDATE (state, words) ON exchange_batch TO onedoor_reader;
