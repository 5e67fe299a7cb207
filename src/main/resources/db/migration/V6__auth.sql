create table account (
    name          varchar(64)  not null primary key,
    password_hash varchar(255) not null,
    role          varchar(16)  not null,
    created       timestamp(6) with time zone not null
);
