/** The only door to native code: libberth and libnftables, each behind wrappers that cannot be misused. */
@NullMarked
package io.berth.ffi;

import org.jspecify.annotations.NullMarked;
