-- States in PostgreSQL, and apply(event), which a consumer calls in any language:
-- one statement, one transaction, whether it was news.

create table if not exists resource (
  tenantid text, subject text, part text,
  event jsonb not null,                 -- of a deletion too: the tombstone stays
  writes integer not null default 1,
  primary key (tenantid, subject, part)
);
-- delete from seen where at < now() - interval '18 days', once a day
create table if not exists seen (id text primary key, at timestamptz not null default now());
-- gaps, and references to what the consumer has to read itself
create table if not exists missing (id text primary key, event jsonb not null);

-- Nanoseconds since 1970 of an etag in milliseconds or of a date; null of anything else.
create or replace function moment(version text) returns numeric language plpgsql immutable as $$
declare
  date text[] := regexp_match(version, '^([-0-9]+T[:0-9]+)(?:\.([0-9]+))?(Z|[-+][:0-9]+)$');
begin
  if version ~ '^[0-9]{13}$' then
    return version::numeric * 1000000;
  end if;
  return floor(extract(epoch from (date[1] || date[3])::timestamptz)) * 1000000000
    + left(rpad(coalesce(date[2], '0'), 9, '0'), 9)::numeric;
exception when others then
  return null;
end $$;

create or replace function is_tombstone(event jsonb) returns boolean language sql immutable as $$
  select coalesce(event->>'referencereason' in ('deleted', 'gone'), false) $$;

create or replace function shows_a_state(event jsonb) returns boolean language sql immutable as $$
  select is_tombstone(event) or event->>'origin' in ('decrypted', 'hydrated', 'backfilled') $$;

create or replace function is_deletion(event jsonb) returns boolean language sql immutable as $$
  select event->>'type' like '%.deleted' $$;

create or replace function is_view(event jsonb) returns boolean language sql immutable as $$
  select coalesce(event->>'payloadkind' = 'viewpoint', false) $$;

-- One number for each state, whichever it is compared with.
create or replace function shown_at(event jsonb) returns numeric language sql immutable as $$
  select coalesce(moment(event->>'contentversion'),
    moment(event->>(case when event ? 'contentversion' then 'time' else 'receivedat' end)), 0) $$;

create or replace function is_newer(stored jsonb, event jsonb) returns boolean language sql immutable as $$
  select case
    when not shows_a_state(event) then false
    when not shows_a_state(stored) or (is_view(event) <> is_view(stored)
      and not is_deletion(event) and not is_deletion(stored)) then true
    else (shown_at(event), is_deletion(event)::integer, event->>'id' collate "C")
      > (shown_at(stored), is_deletion(stored)::integer, stored->>'id' collate "C")
  end $$;

-- What is kept of a part. What a view leaves out has not changed, whichever of two came first.
create or replace function kept(stored jsonb, event jsonb) returns jsonb language sql immutable as $$
  select case
    when not (is_view(stored) and is_view(event)) or is_deletion(stored) or is_deletion(event)
      then case when is_newer(stored, event) then event else stored end
    when is_newer(stored, event) then event || jsonb_build_object('data', stored->'data' || (event->'data'))
    else stored || jsonb_build_object('data', event->'data' || (stored->'data'))
  end $$;

create or replace function apply(event jsonb) returns boolean language plpgsql as $$
begin
  -- Tombstones of one resource share an id, and each counts.
  if not is_tombstone(event) then
    insert into seen (id) values (event->>'id') on conflict do nothing;
    if not found then
      return false;
    end if;
  end if;
  if not shows_a_state(event) then
    insert into missing values (event->>'id', event);
    return true;
  end if;
  -- A chat and the view of it are kept apart, and end together.
  insert into resource as kept_now
    select event->>'tenantid', event->>'subject', part, event
    from unnest(case
      when event->>'type' = 'microsoft.graph.chat.deleted' then array['resource', 'viewpoint']
      else array[coalesce(event->>'payloadkind', 'resource')] end) part
    on conflict (tenantid, subject, part) do update
      set event = kept(kept_now.event, excluded.event), writes = kept_now.writes + 1
      where kept(kept_now.event, excluded.event) <> kept_now.event;
  return found;
end $$;
