create table rating (id integer primary key, user int, product int, stars int, note text);
select '@start';
begin;
insert into rating select value + 1, value % 1000, (value * 7919) % 50000, value % 5 + 1,
  'rating ' || value from generate_series(0, :n - 1);
commit;
select '@create';
select sum(r.stars) from generate_series(0, 99999) g
  cross join rating r on r.id = (g.value * 7919) % :n + 1;
select '@lookup';
select sum(stars) from rating;
select '@sum';
select count(*) from rating where stars >= 4;
select '@filter';
create index by_user on rating (user, product);
select '@index';
select sum((select stars from rating where user = g.value % 1000 order by product limit 1))
  from generate_series(0, 99999) g;
select '@first of';
begin;
update rating set product = (id - 1) % 50021;
commit;
select '@update';
begin;
delete from rating where stars > 0;
commit;
select '@delete';
