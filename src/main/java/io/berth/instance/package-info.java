/** Who this Berth is on its machine: its name, its folders and the ids of its containers. Uses {@code error} alone. */
@NullMarked
package io.berth.instance;

import org.jspecify.annotations.NullMarked;
