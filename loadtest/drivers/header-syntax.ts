/** RFC 9110, 5.6.2; of gRPC, less. */
const TOKEN = /[\w!#$%&'*+.^`|~-]+/.source;
/** What all protocols here take: printable ASCII, and nothing that could end a header. */
const PRINTABLE = /[\x20-\x7e]*/.source;

export const HEADER_NAME = new RegExp(`^${TOKEN}$`);
export const HEADER_VALUE = new RegExp(`^${PRINTABLE}$`);
/** As "name: value". */
export const HEADER_LINE = new RegExp(`^${TOKEN}: ${PRINTABLE}$`);
