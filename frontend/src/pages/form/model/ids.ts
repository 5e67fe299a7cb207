/* Ids of options that are treated in a way of their own. */

export const IMAGE = "Image";
export const NAME = "name";
export const PLATFORM = "platform";
/** What is said beside the body of ContainerCreate, and not in it. */
export const BESIDE: readonly string[] = [NAME, PLATFORM];
export const BINDS = "HostConfig.Binds";
export const MOUNTS = "HostConfig.Mounts";
/** Places of volumes without a name. */
export const NAMELESS = "Volumes";
export const PORTS = "HostConfig.PortBindings";
