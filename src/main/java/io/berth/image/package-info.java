/** Images: names, layers and configs that containers are made of, and the archives they come and go in; stands on storage. */
@NullMarked
package io.berth.image;

import org.jspecify.annotations.NullMarked;
