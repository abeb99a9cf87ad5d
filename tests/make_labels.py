"""Labels of the project that a session has open."""


def set_labels(project, labels):
    """These are the labels from now on."""
    project.project.set_labels(labels)
    project.reload_labels()


def add_label(project, name):
    """One more; gives its id."""
    label = project.project.add_label(name)
    project.reload_labels()
    return label.id
