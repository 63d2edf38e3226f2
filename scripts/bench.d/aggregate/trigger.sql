create table rating (id integer primary key, product integer, stars integer);
create table total (product integer primary key, count integer, sum integer);
create trigger keep after insert on rating begin
  insert into total values (new.product, 1, new.stars)
    on conflict (product) do update set count = count + 1, sum = sum + new.stars;
end;
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
  insert into rating select i, i % 100, i % 5 + 1 from n;
commit;
select '@grow small';
with recursive n(i) as (select 0 union all select i + 1 from n where i < 199999)
  select sum((select count from total where product = i % 100)) from n;
select '@read small';
begin;
with recursive n(i) as (select 1001 union all select i + 1 from n where i < 1000000)
  insert into rating select i, i % 100, i % 5 + 1 from n;
commit;
select '@grow large';
with recursive n(i) as (select 0 union all select i + 1 from n where i < 199999)
  select sum((select count from total where product = i % 100)) from n;
select '@read large';
begin;
with recursive n(i) as (select 1000001 union all select i + 1 from n where i < 10000000)
  insert into rating select i, i % 100, i % 5 + 1 from n;
commit;
select '@grow huge';
with recursive n(i) as (select 0 union all select i + 1 from n where i < 199999)
  select sum((select count from total where product = i % 100)) from n;
select '@read huge';
create table plain (id integer primary key, product integer, stars integer);
create table count (id integer primary key, product integer, stars integer);
create table count_total (product integer primary key, x integer);
create trigger keep_count after insert on count begin
  insert into count_total values (new.product, 1) on conflict (product) do update set x = x + 1;
end;
create table sum (id integer primary key, product integer, stars integer);
create table sum_total (product integer primary key, x integer);
create trigger keep_sum after insert on sum begin
  insert into sum_total values (new.product, new.stars) on conflict (product) do update set x = x + new.stars;
end;
create trigger change_sum after update on sum begin
  update sum_total set x = x - old.stars + new.stars where product = new.product;
end;
create table min (id integer primary key, product integer, stars integer);
create index by_min on min (product, stars);
create table top (id integer primary key, product integer, stars integer);
create index by_top on top (product, stars);
create table "distinct" (id integer primary key, product integer, stars integer);
create index by_distinct on "distinct" (product, stars);
select '@define';
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into plain select i, i % 100, i % 5 + 1 from n;
commit;
select '@write plain';
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into count select i, i % 100, i % 5 + 1 from n;
commit;
select '@write count';
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into sum select i, i % 100, i % 5 + 1 from n;
commit;
select '@write sum';
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into min select i, i % 100, i % 5 + 1 from n;
commit;
select '@write min';
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into top select i, i % 100, i % 5 + 1 from n;
commit;
select '@write top';
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
  insert into "distinct" select i, i % 100, i % 5 + 1 from n;
commit;
select '@write distinct';
begin;
update plain set stars = id % 7;
commit;
select '@update plain';
begin;
update sum set stars = id % 7;
commit;
select '@update sum';
begin;
update min set stars = id % 7;
commit;
select '@update min';
begin;
update top set stars = id % 7;
commit;
select '@update top';
begin;
update "distinct" set stars = id % 7;
commit;
select '@update distinct';
