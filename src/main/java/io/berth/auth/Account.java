package io.berth.auth;

import java.time.Instant;

/** Someone who can log in. The password's hash stays inside this module. */
public record Account(String name, Role role, Instant created) {}
