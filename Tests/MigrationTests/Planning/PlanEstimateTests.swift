import Hashing
import Migration
import MigrationSamples
import Testing

@Suite("The estimate")
struct PlanEstimateTests {
    /// A plan that creates imports of so many mebibytes, each named by its place.
    private func plan(_ mebibytes: [Int64], conversions: Int = 2) -> Plan {
        let desired = mebibytes.enumerated().map { index, size in
            var item = VolumeImport.sample(name: "image-\(index)", content: "\(index)")
            item.image.bytes = size << 20
            return item
        }
        var plan = Planner.plan(desired: desired, manifests: [], recorded: nil, observed: ObservedState())
        plan.limits.conversions = conversions
        plan.limits.bandwidth = 10 << 20
        plan.limits.requestsPerSecond = 1000
        return plan
    }

    private let assumptions = PlanEstimate.Assumptions(conversionRate: 10 << 20, conversionOverhead: 5)

    @Test("one import: its upload and then its conversion")
    func one() {
        let estimate = PlanEstimate(plan([100]), assumptions: assumptions)
        #expect(estimate.spans.map(\.upload) == [0...10])
        #expect(estimate.spans.map(\.conversion) == [10...25])
        #expect(estimate.makespan == 25)
        #expect(estimate.uploadBytes == 100 << 20)
        #expect(estimate.imagesCountedWhole == 1)
    }

    @Test("the longest is uploaded first; conversions wait for a slot")
    func slots() {
        let estimate = PlanEstimate(plan([100, 200, 100], conversions: 1), assumptions: assumptions)
        #expect(estimate.spans.map(\.address.image) == ["image-1", "image-0", "image-2"])
        #expect(estimate.spans.map(\.conversion) == [20...45, 45...60, 60...75])
    }

    @Test("what lies in S3 is converted and not uploaded, whether it was looked at there or not")
    func objects() {
        var plan = plan([100, 100])
        let object = S3ObjectVersion(bucket: "b", key: "k", entityTag: "t", bytes: 100 << 20)
        plan.changes[0].desired?.image.object = object
        let estimate = PlanEstimate(plan, assumptions: assumptions)
        #expect(estimate.uploadBytes == 100 << 20 && estimate.imageBytes == 100 << 20)
        #expect(estimate.imagesCountedWhole == 1 && estimate.imports == 2)
        #expect(estimate.spans.map(\.upload) == [nil, 0...10])
        #expect(estimate.spans[0].conversion == 0...15)
    }

    @Test("what is staged already, or shared, is not uploaded")
    func deduplicated() {
        var plan = plan([100, 100])
        plan.changes[0].upload = 10 << 20
        plan.changes[1].upload = 0
        let estimate = PlanEstimate(plan, assumptions: assumptions)
        #expect(estimate.uploadBytes == 10 << 20)
        #expect(estimate.imageBytes == 200 << 20)
        #expect(estimate.imagesCountedWhole == 0)
        #expect(estimate.spans.map(\.upload) == [0...1, nil])
        #expect(estimate.spans.first?.conversion == 1...16)
    }

    @Test("calls of ImportVolume keep their distance")
    func requests() {
        var plan = plan([0, 0, 0], conversions: 9)
        plan.limits.requestsPerSecond = 0.5
        #expect(PlanEstimate(plan, assumptions: assumptions).spans.map(\.conversion.lowerBound) == [0, 2, 4])
    }

    @Test("an image that goes to several zones is uploaded once; a plan without work takes no time")
    func zones() {
        let desired = ["us-east-1a", "us-east-1b"].map { VolumeImport.sample(zone: $0) }
        let plan = Planner.plan(desired: desired, manifests: [], recorded: nil, observed: ObservedState())
        let estimate = PlanEstimate(plan)
        #expect(estimate.uploadBytes == 1000)
        #expect(estimate.imports == 2)
        #expect(estimate.spans.compactMap(\.upload).count == 1)
        let empty = Planner.plan(desired: [], manifests: [], recorded: nil, observed: ObservedState())
        #expect(PlanEstimate(empty).makespan == 0)
    }
}
