/** linux/rtnetlink.h: the table routes are in unless they are put elsewhere. */
export const RT_TABLE_MAIN = 254;
