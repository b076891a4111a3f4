package kubernetes

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"

	"swarmsim/lab/cluster/emit"
)

// hostile is a name of a file that is read in another way if it is not quoted.
const hostile = "a'b\"c $(HOME) $HOME `d` {e} #f: |\n- \\g\u00fc\u2028\x7f.yaml"

// jobs decodes the job of a sweep as the API does, and refuses fields that it does not have.
func jobs(t *testing.T, j *emit.Job) (tasks, merge *batch.Job) {
	t.Helper()
	s, err := emit.Find("kubernetes")
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.Files(j)
	if err != nil {
		t.Fatal(err)
	}
	var out []*batch.Job
	for _, document := range bytes.Split(files[0].Text, []byte("\n---\n")) {
		job := &batch.Job{}
		if err := yaml.UnmarshalStrict(document, job); err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		if job.Kind != "Job" || job.APIVersion != batch.SchemeGroupVersion.String() {
			t.Errorf("%s %s", job.APIVersion, job.Kind)
		}
		if bad := validation.IsDNS1123Label(job.Name + "-10000"); bad != nil {
			t.Errorf("%s: %v", job.Name, bad)
		}
		out = append(out, job)
	}
	if len(out) != 2 {
		t.Fatalf("%d jobs", len(out))
	}
	return out[0], out[1]
}

// The API's own types decode the job strictly; a sweep that is wrong fails its index, and every name
// of a file reaches the container as it is.
func TestJobsAreOfTheAPI(t *testing.T) {
	tasks, merge := jobs(t, &emit.Job{
		Name: "My_Sweep." + strings.Repeat("long", 30), Sweep: []string{"--seeds=4", hostile}, Merge: []string{"--no-plots"}, Shards: "s " + hostile, Results: "r",
		Runs: 400, Tasks: 7, Cores: 2, Memory: 300<<20 + 1, MergeMemory: 1 << 30, Image: "registry.example/swarmsim:1", Claim: "claim",
	})
	spec := tasks.Spec
	if *spec.CompletionMode != batch.IndexedCompletion || *spec.Completions != 7 || *spec.Parallelism != 7 || *spec.BackoffLimitPerIndex != 3 {
		t.Errorf("%+v", spec)
	}
	rule := spec.PodFailurePolicy.Rules[0]
	if rule.Action != batch.PodFailurePolicyActionFailIndex || rule.OnExitCodes.Operator != batch.PodFailurePolicyOnExitCodesOpIn ||
		!slices.Equal(rule.OnExitCodes.Values, []int32{2}) || *rule.OnExitCodes.ContainerName != spec.Template.Spec.Containers[0].Name {
		t.Errorf("%+v", rule)
	}
	if !*merge.Spec.Suspend || merge.Spec.PodFailurePolicy.Rules[0].Action != batch.PodFailurePolicyActionFailJob {
		t.Errorf("%+v", merge.Spec)
	}
	doubled := strings.ReplaceAll(hostile, "$", "$$")
	for _, c := range []struct {
		job    *batch.Job
		want   []string
		memory string
	}{
		{tasks, []string{"swarmsim", "sweep", "-q", "--workers=2", "-o", "s " + doubled, "--shard=auto/7", "--seeds=4", doubled}, "301Mi"},
		{merge, []string{"swarmsim", "sweep", "merge", "s " + doubled, "-q", "--workers=2", "-o", "r", "--no-plots"}, "1Gi"},
	} {
		pod := c.job.Spec.Template.Spec
		container := pod.Containers[0]
		if pod.RestartPolicy != core.RestartPolicyNever { // a failure policy demands it
			t.Error(pod.RestartPolicy)
		}
		if !slices.Equal(container.Command, c.want) {
			t.Errorf("%q,\nwant %q", container.Command, c.want)
		}
		if got := container.Resources.Limits.Memory().String(); got != c.memory || container.Resources.Requests.Cpu().Value() != 2 {
			t.Errorf("%s of memory, want %s; %v", got, c.memory, container.Resources.Requests)
		}
		if pod.Volumes[0].PersistentVolumeClaim.ClaimName != "claim" || pod.Volumes[0].Name != container.VolumeMounts[0].Name ||
			container.VolumeMounts[0].MountPath != container.WorkingDir || container.Image != "registry.example/swarmsim:1" {
			t.Errorf("%+v", pod)
		}
	}
}
