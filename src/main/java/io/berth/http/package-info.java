/** What all doors stand on: connectors, security chains, route rules, Host and Origin checks. Uses the ground and {@code auth}. */
@NullMarked
package io.berth.http;

import org.jspecify.annotations.NullMarked;
