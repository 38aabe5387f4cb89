import Testing

@testable import Migration

@Suite struct FilePathTests {
    @Test(
        "A relative path begins at the manifest's folder",
        arguments: [
            ("plan.yaml", "a.vmdk", "a.vmdk"), ("plans/plan.yaml", "a.vmdk", "plans/a.vmdk"),
            ("/x/plan.yaml", "../a.vmdk", "/x/../a.vmdk"), ("./plans/plan.yaml", "./b//a.vmdk", "plans/b/a.vmdk"),
            ("plans/plan.yaml", "/a.vmdk", "/a.vmdk"), ("../plan.yaml", "../a", "../../a"), ("/plan.yaml", "a", "/a"),
            ("plans/plan.yaml", "b/./a", "plans/b/a"), ("plan.yaml", ".a", ".a"), ("plan.yaml", "~/a", "~/a"),
        ]
    )
    func resolve(_ manifest: String, _ path: String, _ resolved: String) {
        #expect(FilePath(besides: manifest).resolve(path) == resolved)
    }
}
