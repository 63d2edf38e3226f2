create table rating (id integer primary key, body text);
begin;
insert into rating select value, json_object('user', value % 1000, 'product', (value * 7919) % 50000,
  'stars', value % 5 + 1, 'note', 'rating ' || value) from generate_series(1, 1000000);
commit;
select '@create';
select count(*) from rating;
select '@count';
select sum(body ->> 'stars') from rating;
select '@sum';
select avg(body ->> 'stars') from rating;
select '@mean';
select min(body ->> 'user'), max(body ->> 'user') from rating;
select '@bounds';
select count(*) from rating where body ->> 'stars' >= 4;
select '@filter';
select sum(body ->> 'product') from rating where body ->> 'user' > 500;
select '@pipeline';
select body ->> 'stars' as stars, count(*) from rating group by stars;
select '@group';
select sum(r.body ->> 'stars') from generate_series(0, 999999) g
  cross join rating r on r.id = (g.value * 7919) % 1000000 + 1;
select '@lookup';
