/** Who may log in to the dashboard and the management API: accounts, password hashes, and the throttle on guessing. Uses the ground alone. */
@NullMarked
package io.berth.auth;

import org.jspecify.annotations.NullMarked;
