"""The OpenAPI 3.1 document, made from the routes and from the schemas that read and write their JSON."""
