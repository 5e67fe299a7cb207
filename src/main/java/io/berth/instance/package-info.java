/** Who this Berth is on its machine: its name and its folders. Uses {@code error} alone. */
@NullMarked
package io.berth.instance;

import org.jspecify.annotations.NullMarked;
