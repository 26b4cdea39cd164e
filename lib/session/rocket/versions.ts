/** Rocket versions that are spoken here: 8 is the floor everywhere, 9 makes the MIME types mandatory, 10 adds exceptions of any type. */
export const MIN_ROCKET_VERSION = 8;
export const MAX_ROCKET_VERSION = 10;
