"""A pod's container as a process of the program, for the tests without a kubelet."""
import re


def service_variables(service):
    """What a pod gets for each Service of its namespace unless it says no (Kubernetes, "Environment variables")."""
    name = service["metadata"]["name"].upper().replace("-", "_")
    at, port = service["spec"].get("clusterIP", "10.0.0.1"), service["spec"]["ports"][0]["port"]
    return {f"{name}_SERVICE_HOST": at, f"{name}_SERVICE_PORT": str(port), f"{name}_PORT": f"tcp://{at}:{port}"}


def command(program, container, variables, folders):
    """The words that start it: $(NAME) is the variable's value, and a folder stands for the volume that is mounted at its path."""
    words = [str(program)]
    for word in container["args"]:
        word = re.sub(r"\$\((\w+)\)", lambda found: variables.get(found[1], found[0]), word)
        for mounted, folder in folders.items():
            word = re.sub(rf"^{re.escape(mounted)}(?=/)", lambda _, folder=folder: str(folder), word)
        words.append(word)
    return words


def port(container, name):
    return {one["name"]: one["containerPort"] for one in container["ports"]}[name]
