create table volume (
    name    varchar(255) not null primary key,
    created timestamp(6) with time zone not null,
    options text         not null,
    labels  text         not null
);
