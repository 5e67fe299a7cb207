/** Long work that people can see and end: pulls, pushes, loads, imports, and what is done with whole volumes. In memory alone; knows nothing of what the work is. */
@NullMarked
package io.berth.operation;

import org.jspecify.annotations.NullMarked;
