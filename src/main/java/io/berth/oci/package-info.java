/** The values of the OCI image and distribution specifications: references, digests, descriptors, manifests, configs; they cannot be wrong once they exist. Uses only the kinds of failure. */
@NullMarked
package io.berth.oci;

import org.jspecify.annotations.NullMarked;
