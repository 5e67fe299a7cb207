/** The kinds of failure, decided where a failure arises; callers match the kind, never the text. Uses nothing. */
@NullMarked
package io.berth.error;

import org.jspecify.annotations.NullMarked;
