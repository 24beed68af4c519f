/**
 * Several logs may share a database; each is told by its owner. Lines are what a file would hold. `head`, `record` and
 * `tree` only ever change together, in one statement.
 */
export const schema = `
create schema if not exists kilde_audit;
create table if not exists kilde_audit.head (
  owner text primary key,
  sequence bigint not null,
  hash text not null,
  signature text not null
);
create table if not exists kilde_audit.record (
  owner text not null,
  sequence bigint not null,
  line text not null,
  at_ms double precision,
  patient bytea,
  decision bytea,
  primary key (owner, sequence)
);
create index if not exists record_patient on kilde_audit.record (owner, patient, sequence) where patient is not null;
create index if not exists record_decision on kilde_audit.record (owner, decision, sequence) where decision is not null;
create table if not exists kilde_audit.tree (
  owner text not null,
  place bigint not null,
  hash bytea not null,
  primary key (owner, place)
);
create table if not exists kilde_audit.tree_head (
  owner text not null,
  number bigint generated always as identity,
  size bigint not null,
  jws text not null,
  primary key (owner, number)
);
`

/** Moves the log's head on, and only where it is still where the batch was made for; nothing is written otherwise. */
export const append = `
with moved as (
  update kilde_audit.head set sequence = $4, hash = $5, signature = $6
  where owner = $1 and sequence = $2 and hash = $3
  returning owner
), records as (
  insert into kilde_audit.record (owner, sequence, line, at_ms, patient, decision)
  select moved.owner, new.* from moved,
    unnest($7::bigint[], $8::text[], $9::double precision[], $10::bytea[], $11::bytea[])
      as new (sequence, line, at_ms, patient, decision)
), hashes as (
  insert into kilde_audit.tree (owner, place, hash)
  select moved.owner, new.* from moved, unnest($12::bigint[], $13::bytea[]) as new (place, hash)
)
select count(*)::int as moved from moved`
