// Whether the application in this container answers and reaches its database.
fetch('http://127.0.0.1:8000/health/ready').then(
  ({ ok }) => process.exit(ok ? 0 : 1),
  () => process.exit(1),
)
