/** What a body of Thrift over HTTP says that it is. */
export const THRIFT_CONTENT_TYPE = "application/x-thrift";
