package import Migration

/// A target of a migration manifest and the region of the imports that go to it.
package typealias RegionalTarget = (region: String, target: MigrationTarget)
