package io.berth.http;

/** Who may use a route of the TCP door. */
public enum Access {
    /** Anyone who reaches the port. */
    PUBLIC,
    /** Accounts that are logged in. */
    ACCOUNT
}
