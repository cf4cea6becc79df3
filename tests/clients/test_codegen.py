"""GraphQL Code Generator's client preset makes types with which a strict TypeScript program passes."""

from tests.clients.conftest import Workshop
from tests.clients.running import ran

GENERATE = ("node", "node_modules/@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.json")
CHECK = ("node", "node_modules/typescript/bin/tsc", "--project", "tsconfig.json")


async def test_application_passes_and_wrong_use_fails(of_npm: Workshop) -> None:
    directory = of_npm("codegen")
    await ran(directory, *GENERATE)
    await ran(directory, *CHECK)
    app = directory / "app.ts"
    app.write_text(app.read_text(encoding="utf-8").replace("row.reference}", "row.nickname}"), "utf-8")
    assert "Property 'nickname' does not exist" in await ran(directory, *CHECK, fails=True)
