/** What is sealed lies in `bytea`: here as it was, with a zero in front, until it is sealed (seal.ts). */
const plain = (text: string): string => `'\\x00'::bytea || convert_to(${text}, 'UTF8')`

const numberIn = (part: string): string => `case when ${part} ? 'dataAbsentReason' then '{}' else
  jsonb_strip_nulls(jsonb_build_object('valueInteger', ${part} -> 'valueInteger',
    'valueQuantity', ${part} -> 'valueQuantity'))::text end`

const tokensOf = (part: string): string => `coalesce((
  select jsonb_agg(coalesce(coding ->> 'system', '') || '|' || (coding ->> 'code'))
    from jsonb_path_query(${part}, 'lax $.code.coding[*]') coding where coding ? 'code'), '[]')`

const partOf = (part: string): string => `jsonb_build_array(${numberIn(part)}, ${tokensOf(part)})`

/** What identifies a person and what is said of one goes into columns that can be sealed; what is searched stays. */
export const SEALED = [
  'set local statement_timeout = 0',
  'create table keeper (organization text not null primary key, keys text[] not null)',
  'alter table patient add column token text, add column sealed bytea',
  `update patient set token = system || '|' || value, sealed = ${plain(`system || '|' || value`)}`,
  `alter table patient drop column system, drop column value,
    alter column token set not null, alter column sealed set not null, add unique (token)`,
  'alter table observation add column facts bytea, add column packed bytea',
  `update observation set facts = ${plain(`jsonb_build_array(content, key, sent,
      jsonb_build_array(${partOf('resource')}) || coalesce((
        select jsonb_agg(${partOf('part')} order by place)
          from jsonb_array_elements(case when jsonb_typeof(resource -> 'component') = 'array'
            then resource -> 'component' end) with ordinality parts (part, place)), '[]'))::text`)},
    packed = ${plain(`coalesce(device::text, '') || chr(10) || resource::text`)}`,
  'alter table observation drop column content, drop column sent, drop column resource, drop column device',
  'alter table observation rename column packed to resource',
  'alter table observation alter column facts set not null, alter column resource set not null',
  'alter table observation_version add column packed bytea',
  `update observation_version set packed = ${plain('sent')}`,
  'alter table observation_version drop column sent',
  'alter table observation_version rename column packed to sent',
  'alter table observation_version alter column sent set not null',
  'alter table patient_name add column sealed bytea',
  `update patient_name set sealed = ${plain(`jsonb_build_object('text', text, 'given', to_jsonb(given),
    'family', family)::text`)}`,
  `alter table patient_name drop column text, drop column family, drop column given,
    alter column sealed set not null`,
]
