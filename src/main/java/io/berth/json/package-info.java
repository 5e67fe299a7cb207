/** JSON as clients of the Docker Engine API write it: read strictly, refused with the name of the field. */
@NullMarked
package io.berth.json;

import org.jspecify.annotations.NullMarked;
