package io.berth.auth;

/** What an account may do. Stored by name. */
public enum Role {
    /** Everything. */
    ADMIN
}
