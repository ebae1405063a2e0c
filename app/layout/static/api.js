// The page of the API: Swagger UI on the description beside it.
window.SwaggerUIBundle({
  url: document.body.dataset.description,
  dom_id: "#api",
  deepLinking: true,
  presets: [window.SwaggerUIBundle.presets.apis],
});
