"""The service: uploads are inspected as they come, over HTTP, by any number of workers."""
