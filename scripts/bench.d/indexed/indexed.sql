create table rating (id integer primary key, code text unique, product int, stars int, stamp int);
create index by_product on rating (product, stars desc);
create index by_stamp on rating (stamp);
begin;
insert into rating select value + 1, 'code ' || value, (value * 7919) % 50000, value % 1000,
  (value * 7919) % 1000003 from generate_series(0, 999999);
commit;
select '@create';
select sum(r.stars) from generate_series(0, 199999) g
  cross join rating r on r.code = 'code ' || ((g.value * 7919) % 1000000);
select '@unique lookup';
select sum(r.stars) from generate_series(0, 1999) g
  cross join rating r on r.stamp between g.value * 500 and g.value * 500 + 100;
select '@range';
select sum(t.s) from (select (select sum(stamp) from (select stamp from rating
  where product = g.value order by stars desc limit 10)) as s from generate_series(0, 19999) g) t;
select '@top ten';
begin;
update rating set stars = n.stars from
  (select value * 7919 % 1000000 + 1 as id, value % 997 as stars from generate_series(0, 199999)) n
  where rating.id = n.id;
commit;
select '@update';
