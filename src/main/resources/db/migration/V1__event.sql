create table event (
    sequence   bigint       not null primary key,
    at_nanos   bigint       not null,
    type       varchar(16)  not null,
    action     text         not null,
    subject    varchar(700) not null,
    attributes text         not null
);

create index event_at on event (at_nanos);
