/**
 * Each row under each of its codes in the order of time: an index over lists of codes knows no order, and reads all rows of a
 * frequent code to find the newest. Codes by number, because each stands in millions of rows.
 */
export const CODES_IN_ORDER = [
  'set local statement_timeout = 0',
  `create table code (
    id integer generated always as identity primary key,
    token text collate "C" not null unique
  )`,
  `insert into code (token) select distinct substr(token, strpos(token, ':') + 1)
    from observation, unnest(codes) tokens (token)`,
  'drop index observation_code',
  'alter table observation rename column codes to keys',
  `alter table observation add column number bigint generated always as identity,
    add column codes integer[] not null default '{}'`,
  `update observation set codes = array(
    select distinct code.id from unnest(keys) tokens (own)
      join code on code.token = substr(own, strpos(own, ':') + 1))`,
  'alter table observation drop column keys, alter column codes drop default',
  'create unique index observation_number on observation (number)',
  `create table observation_code (
    patient bigint not null,
    code integer not null,
    t bigint not null,
    number bigint not null,
    primary key (patient, code, t, number)
  )`,
  `insert into observation_code (patient, code, t, number)
    select patient, unnest(codes), t, number from observation`,
  'analyze observation, observation_code',
]
