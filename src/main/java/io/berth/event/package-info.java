/** The durable journal of what happened, and streams of it. Uses {@code error} and {@code instance}. */
@NullMarked
package io.berth.event;

import org.jspecify.annotations.NullMarked;
