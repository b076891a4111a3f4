// Package kubernetes checks the jobs that package emit writes for Kubernetes with the types of its API.
// It is a module of its own, which has tests alone: swarmsim does not need the API.
package kubernetes
