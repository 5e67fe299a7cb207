/** The durable journal of what happened, streams of it, and the database file it is in. Uses {@code error}, {@code instance} and {@code ffi}. */
@NullMarked
package io.berth.event;

import org.jspecify.annotations.NullMarked;
